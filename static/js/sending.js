// Sends a form of text so that nothing is lost on the way: while the answer is not there, or is that it
// cannot be had now, the page stays as it is. A page that has to be shown (a fault named, a clash to settle)
// is fetched by sending the form once more in the plain way, which saves nothing either.

import { toast } from "./toast.js"

const NOW_NOT = new Set([401, 429, 502, 503, 504])
const SAID = {
  401: "You are signed out. Sign in in another tab, then go on here.",
  429: "Too many at once. Wait a minute, then try again.",
  503: "The playbook is busy. Your text is still here.",
}
const NOT_SENT = "Not sent. Your text is still here."

/** Answers the submit event of the form that `keeper` stands in. */
export async function sendForm(event, keeper) {
  const form = event.target
  const button = event.submitter
  if (event.defaultPrevented || button?.hasAttribute("formaction") || form.getAttribute("method") !== "post") return
  event.preventDefault()
  if (form.ariaBusy === "true") return

  keeper.turn()
  const body = bodyOf(form, button)
  const limit = Number(keeper.getAttribute("limit"))
  if (body.length > limit) {
    return refused(`This is ${inMegabytes(body.length)} and the playbook takes ${inMegabytes(limit)} in one go. Shorten it, or save it in parts.`)
  }
  form.ariaBusy = "true"
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body,
      headers: { "Content-Type": "application/x-www-form-urlencoded", "Form-Sent-By": "script" },
      signal: AbortSignal.timeout(60_000),
    })
    if (answer.status === 204 && answer.headers.has("Location")) {
      keeper.done()
      return location.assign(answer.headers.get("Location"))
    }
    if (NOW_NOT.has(answer.status)) return refused(SAID[answer.status] ?? NOT_SENT, () => form.requestSubmit(button))
    keeper.sending = true
    plainly(form, button)
  } catch {
    refused(NOT_SENT, () => form.requestSubmit(button))
  } finally {
    form.ariaBusy = null
  }
}

function bodyOf(form, button) {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form, button)) body.append(name, value)
  return body.toString()
}

function plainly(form, button) {
  if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }))
  HTMLFormElement.prototype.submit.call(form)
}

function refused(text, act) {
  toast(text, { tone: "stop", label: "Try again", act })
}

function inMegabytes(bytes) {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
