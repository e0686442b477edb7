// <sortable-rows blank="id of a template"> around a list of rows: adds, moves and takes out rows without
// asking the server. Alt with an arrow moves the row that has the focus; the focus goes with it, and
// "Row 2 of 4" is said. Where somebody moved a row, every row says its place in a field of its own;
// the names of the fields stay as they are, so labels, drafts and faults go on fitting.

import { toast } from "./toast.js"

const FIELDS = "input:not([type='hidden']), textarea, select"
const NUMBERED = ["id", "name", "for", "list", "value", "aria-describedby", "aria-labelledby"]
const WORDS = 90 // characters of a folded row

class SortableRows extends HTMLElement {
  connectedCallback() {
    for (const type of ["click", "keydown", "input", "rows-changed"]) this.addEventListener(type, this)
  }

  disconnectedCallback() {
    for (const type of ["click", "keydown", "input", "rows-changed"]) this.removeEventListener(type, this)
  }

  get list() {
    return this.querySelector(".rows__list")
  }

  get rows() {
    return [...this.list.children].filter(row => row.matches(".rows__row"))
  }

  handleEvent(event) {
    const row = event.target.closest(".rows__row")
    if (event.type === "click") return this.press(event, row)
    if (event.type === "keydown") return this.key(event, row)
    if (row) this.summarise(row)
  }

  press(event, row) {
    const button = event.target.closest("button[name='action']")
    const verb = button?.dataset.act ?? (button?.matches(".rows__add") ? "add" : "")
    if (!verb || (verb !== "add" && !row)) return
    event.preventDefault()
    if (verb === "add") return this.add()
    if (verb === "remove") return this.take(row)
    this.move(row, verb === "up" ? -1 : 1, button)
  }

  key(event, row) {
    if (!row || !event.altKey || event.defaultPrevented || !["ArrowUp", "ArrowDown"].includes(event.key)) return
    if (event.target.matches("select, [aria-expanded='true']")) return // they have their own use for it
    event.preventDefault()
    this.move(row, event.key === "ArrowUp" ? -1 : 1, event.target)
  }

  add() {
    const numbers = [...this.list.children].map(row => Number(/\d+$/.exec(row.id)))
    const number = (this.last = 1 + Math.max(this.last ?? 0, ...numbers)) // never that of a row that may come back
    const row = document.importNode(document.getElementById(this.getAttribute("blank")).content.firstElementChild, true)
    const from = row.id.slice(0, -1)
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const name of NUMBERED) {
        const value = element.getAttribute(name)
        if (value) element.setAttribute(name, numbered(value, from, number))
      }
    }
    this.list.append(row)
    this.settle()
    row.querySelector(FIELDS).focus()
    this.say(row)
  }

  take(row) {
    const next = row.nextElementSibling
    const near = next?.matches(".rows__row") ? next : row.previousElementSibling
    const back = () => {
      this.list.insertBefore(row, next?.parentElement === this.list ? next : null)
      this.settle()
      focus(row)
      this.say(row)
    }
    row.remove()
    this.settle()
    if (near?.matches(".rows__row")) focus(near)
    else this.querySelector(".rows__add").focus()
    toast("Row taken out.", { label: "Undo", act: back })
  }

  move(row, by, focused) {
    const rows = this.rows
    const beyond = rows[rows.indexOf(row) + by]
    if (beyond) {
      beyond[by < 0 ? "before" : "after"](row)
      this.settle({ moved: true })
      focused.focus()
      row.scrollIntoView({ block: "nearest" })
    }
    this.say(row)
  }

  /** Counts the rows anew, and tells whoever watches the form. */
  settle({ moved = false } = {}) {
    const placed = moved || this.querySelector("[data-place]")
    this.rows.forEach((row, index) => {
      for (const number of row.querySelectorAll("[data-at]")) number.textContent = index + 1
      if (placed) place(row).value = index + 1
    })
    this.dispatchEvent(new Event("rows-changed", { bubbles: true }))
  }

  say(row) {
    const rows = this.rows
    this.querySelector("[data-said]").textContent = `Row ${rows.indexOf(row) + 1} of ${rows.length}`
  }

  summarise(row) {
    const words = row.querySelector("[data-words]")
    if (words) words.textContent = said(row).slice(0, 2).join(" · ").slice(0, WORDS) || "New"
  }
}

function numbered(value, from, number) {
  // "rows-0-persona" is an id, "rows.0.persona" a name, "row:up:rows:0" what a button asks for.
  const field = from.slice(0, -1)
  return value
    .split(" ")
    .map(word => {
      for (const between of ["-", ".", ":"]) {
        const place = word.indexOf(`${field}${between}0`)
        if (place === 0 || word[place - 1] === ":") {
          return word.slice(0, place) + `${field}${between}${number}` + word.slice(place + field.length + 2)
        }
      }
      return word
    })
    .join(" ")
}

/** The hidden field in which a row says where it stands. */
function place(row) {
  const known = row.querySelector("[data-place]")
  if (known) return known
  const from = row.querySelector("input[name$='._from']")
  const made = Object.assign(document.createElement("input"), { type: "hidden", name: from.name.replace(/_from$/, "_place") })
  made.dataset.place = ""
  from.after(made)
  return made
}

function focus(row) {
  const fold = row.querySelector("summary")
  ;(fold ?? row.querySelector(FIELDS) ?? row).focus()
}

/** What the fields of a row say, in their order. */
function said(row) {
  const found = []
  for (const field of row.querySelectorAll(".rows__fields > *")) {
    const chips = [...field.querySelectorAll(".picker__words")].map(chip => chip.textContent)
    const control = field.querySelector("input:not([type='hidden'], [type='checkbox']), textarea, select")
    const typed = field.matches("entry-picker") ? "" : (control?.selectedOptions?.[0]?.value && control.selectedOptions[0].text) ?? control?.value
    const words = (chips.join(", ") || typed || "").trim().replace(/\s+/g, " ")
    if (words) found.push(words)
  }
  return found
}

customElements.define("sortable-rows", SortableRows)
