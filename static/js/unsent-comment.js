// What is typed into the box of a comment, kept in this browser until it is said.

import { copiesFor, dropCopy, keepCopy } from "./copies.js"

const KEPT = ["words", "passage", "passage_before", "passage_after"]

const name = form => `comment-${form.dataset.keep}`
const field = (form, called) => form.elements.namedItem(called)

export function keep(person, form) {
  const values = KEPT.map(called => field(form, called)?.value ?? "")
  if (values.some(Boolean)) keepCopy(person, name(form), { action: form.getAttribute("action"), values })
  else forget(person, form)
}

export function forget(person, form) {
  dropCopy(person, name(form))
}

/** Puts what was kept back into an empty box, and opens what it is folded into. */
export function restore(person, form) {
  const [copy] = copiesFor(person, form.getAttribute("action"))
  if (!copy || field(form, "words").value) return
  KEPT.forEach((called, place) => {
    if (field(form, called)) field(form, called).value = copy.values[place]
  })
  const fold = form.closest(".thread__answer") ?? (copy.values[1] && form.querySelector("details"))
  if (fold) fold.open = true
}
