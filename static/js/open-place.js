// What is folded away opens when a link leads into it, and when the browser finds fault with a field in it.
// A form that came back with faults has the cursor where the first one is; an address that leads to a row opens it.

function open(element) {
  for (let fold = element?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true
}

document.addEventListener("click", event => {
  const link = event.target.closest?.("a[href^='#']")
  if (!link) return
  const place = document.getElementById(link.hash.slice(1))
  open(place)
  if (!place?.checkVisibility()) return
  event.preventDefault()
  place.focus()
  place.scrollIntoView({ block: "center" })
})

document.addEventListener("invalid", event => open(event.target), true)

const fault = document.querySelector(".errors") && document.querySelector("form [aria-invalid='true']")
open(fault)
fault?.focus()

const place = !fault && location.hash && document.getElementById(location.hash.slice(1))
if (place) {
  open(place.querySelector(":scope > details > summary") ?? place)
  place.focus()
  place.scrollIntoView({ block: "center" })
}
