// What htmx may do here, and what is said when a request of it fails.
//
// Only htmx may turn text into a page, and only what our own server answered: the policy is the
// one name under `trusted-types` in our Content-Security-Policy. It never makes a script.
// What asks by itself while somebody types is marked data-quiet: it takes no focus and says nothing aloud.

import { toast } from "./toast.js"

const refuse = () => {
  throw new TypeError("Answers bring no scripts.")
}

htmx.registerExtension("trusted-answers", {
  init: ({ initSecurity }) => initSecurity(globalThis.trustedTypes?.createPolicy("htmx", { createHTML: html => html, createScript: refuse })),
})

const SAID = {
  401: "You are signed out. Sign in in another tab, then try again.",
  403: "That is not yours to do.",
  404: "That is no longer here. Reload the page.",
  413: "That is too long to send.",
  429: "Too many at once. Wait a minute, then try again.",
}

let failure

function failed({ sourceElement, sourceEvent, request }, status) {
  if (sourceElement.dataset.quiet !== undefined) return sourceElement.toggleAttribute("data-stale", true)
  const reading = (request?.method ?? "GET").toUpperCase() === "GET"
  const again = () => {
    if (sourceElement.matches("form")) sourceElement.requestSubmit()
    else sourceElement.dispatchEvent(new Event(sourceEvent?.type ?? "click", { bubbles: true }))
  }
  failure = toast(SAID[status] ?? (reading ? "Not loaded. What you see is from before." : "Not sent. Your text is still here."), {
    tone: "stop",
    label: "Try again",
    act: again,
  })
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const swapped = ctx.response.status === 409 || ctx.response.status === 422
  if (!swapped) failed(ctx, ctx.response.status)
})

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.sourceElement) failed(ctx)
})

// What arrives takes back what was said; a form with faults gets the cursor where the first one is.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.dataset.quiet !== undefined) return ctx.sourceElement.removeAttribute("data-stale")
  if (ctx.response?.status < 400) failure?.remove()
  if (ctx.response?.status === 422) document.querySelector("[aria-invalid='true']")?.focus()
})
