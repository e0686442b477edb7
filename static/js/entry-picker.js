// <entry-picker from="/pick?kind=…"> around a field that points to entries or people: searches while
// somebody types, and shows what is chosen as chips. `single` takes one. Without this the same field
// takes addresses, and what is chosen stands beside it as boxes to untick.
//
// Arrows walk the list, Enter chooses, Escape closes it, Backspace in an empty field takes out the last.

const REST = 120 // ms without a key before it is asked

let made = 0

class EntryPicker extends HTMLElement {
  connectedCallback() {
    this.field ??= this.begin()
    for (const type of ["input", "keydown", "click", "focusout", "mousedown"]) this.addEventListener(type, this)
  }

  disconnectedCallback() {
    for (const type of ["input", "keydown", "click", "focusout", "mousedown"]) this.removeEventListener(type, this)
  }

  begin() {
    const field = this.querySelector("input.input")
    this.name = field.name
    this.chosen = this.querySelector(".picker__chosen")
    for (const chip of this.chosen.children) upgrade(chip)
    this.list = Object.assign(document.createElement("ul"), { id: `offers-${++made}`, className: "picker__offers", hidden: true })
    this.list.role = "listbox"
    this.list.ariaLabel = this.querySelector("label").textContent
    this.status = Object.assign(document.createElement("p"), { className: "visually-hidden" })
    this.status.role = "status"
    const box = Object.assign(document.createElement("div"), { className: "picker__box" })
    field.before(box)
    box.append(field, this.list)
    this.append(this.status)
    // The field is for searching now; what is chosen is sent by the chips, and its name stays in the form.
    this.append(Object.assign(document.createElement("input"), { type: "hidden", name: this.name }))
    for (const name of ["name", "list"]) field.removeAttribute(name)
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, "hx-sync": "this:replace" })) field.setAttribute(name, value)
    field.placeholder = field.dataset.hint
    this.querySelector(".picker__plain")?.remove()
    this.classList.add("picker--live")
    return field
  }

  get single() {
    return this.hasAttribute("single")
  }

  get values() {
    return [...this.chosen.querySelectorAll("input")].map(input => input.value)
  }

  get options() {
    return [...this.list.querySelectorAll("[role='option']")]
  }

  get active() {
    return this.list.querySelector("[aria-selected='true']")
  }

  handleEvent(event) {
    if (event.type === "keydown") return this.key(event)
    if (event.type === "input") return event.target === this.field && this.wait()
    if (event.type === "focusout") return event.relatedTarget?.closest("entry-picker") !== this && this.close()
    if (event.type === "mousedown") return event.target.closest("[role='option']") && event.preventDefault() // keep the focus
    const option = event.target.closest("[role='option']")
    const chip = event.target.closest(".chip button")?.closest(".chip")
    if (option) this.take(option)
    else if (chip) this.drop(chip)
    else if (event.target === this.field) this.ask()
  }

  wait() {
    this.stale = true
    this.field.setCustomValidity(this.field.value.trim() ? "Choose one from the list, or clear this." : "")
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.ask(), REST)
  }

  async ask() {
    const address = new URL(this.getAttribute("from"), location.href)
    address.searchParams.set("q", this.field.value.trim())
    const before = this.list.firstElementChild
    const turn = (this.turn = {})
    await htmx.ajax("GET", address.pathname + address.search, { source: this.field, target: this.list, swap: "innerHTML" })
    if (turn !== this.turn) return this.list.hidden && this.list.replaceChildren() // closed, or asked again, in between
    if (before && this.list.contains(before)) return this.close() // not answered; what is said of it stands in the toast
    this.stale = false
    if (document.activeElement === this.field) this.open()
    else this.close()
  }

  open() {
    const chosen = this.values
    for (const option of this.options) {
      option.id = `offer-${++made}`
      if (chosen.includes(option.dataset.value)) option.remove()
    }
    const count = this.options.length
    this.list.hidden = count === 0
    this.field.ariaExpanded = String(count > 0)
    this.status.textContent = count === 0 ? "Nothing found" : count === 1 ? "One found" : `${count} found`
    this.walk(this.field.value.trim() ? 0 : -1)
  }

  close() {
    this.turn = null
    clearTimeout(this.timer)
    this.list.hidden = true
    this.list.replaceChildren()
    this.field.ariaExpanded = "false"
    this.field.removeAttribute("aria-activedescendant")
  }

  walk(to) {
    const option = this.options.at(to < 0 ? this.options.length : to % this.options.length)
    for (const other of this.options) other.ariaSelected = String(other === option)
    if (!option) return this.field.removeAttribute("aria-activedescendant")
    this.field.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  key(event) {
    if (event.target !== this.field || event.isComposing) return
    const handled = this.keys[event.key]?.call(this, event)
    if (handled) event.preventDefault()
  }

  keys = {
    ArrowDown(event) {
      if (event.altKey && this.list.hidden) return false
      if (this.list.hidden) this.ask()
      else this.walk(this.options.indexOf(this.active) + 1)
      return true
    },
    ArrowUp(event) {
      if (this.list.hidden || event.altKey) return false
      const at = this.options.indexOf(this.active)
      this.walk(at <= 0 ? this.options.length - 1 : at - 1)
      return true
    },
    Enter() {
      clearTimeout(this.timer)
      if (this.active && !this.stale) this.take(this.active)
      else if (this.field.value.trim()) this.ask().then(() => this.active && this.take(this.active))
      else return false
      return true
    },
    Escape() {
      if (this.list.hidden && !this.field.value) return false
      if (this.list.hidden) this.clear()
      else this.close()
      return true
    },
    Backspace() {
      const last = this.chosen.lastElementChild
      if (this.field.value || !last) return false
      this.drop(last)
      return true
    },
  }

  take(option) {
    const { value, words, note } = option.dataset
    if (this.single) this.chosen.replaceChildren()
    const chip = document.importNode(document.getElementById("picked-one").content.firstElementChild, true)
    chip.classList.toggle("chip--unknown", "unknown" in option.dataset)
    Object.assign(chip.querySelector("input"), { name: this.name, value })
    chip.querySelector(".icon").replaceWith(option.querySelector(".icon").cloneNode(true))
    chip.querySelector(".picker__words").textContent = words
    chip.querySelector(".picker__note").textContent = note
    chip.querySelector("button .visually-hidden").textContent = `Take out ${words}`
    upgrade(chip)
    this.chosen.append(chip)
    this.clear()
    this.changed(`${words} chosen`)
    if (this.single) chip.querySelector("button").focus() // the field makes room for it
  }

  /** The focus goes to the next chip, or else to the field. */
  drop(chip) {
    const words = chip.querySelector(".picker__words").textContent
    const next = chip.nextElementSibling
    const typing = document.activeElement === this.field
    chip.remove()
    this.changed(`${words} taken out`)
    if (!typing && next) next.querySelector("button").focus()
    else this.field.focus()
  }

  clear() {
    this.field.value = ""
    this.field.setCustomValidity("")
    this.close()
  }

  changed(words) {
    this.status.textContent = words
    this.dispatchEvent(new Event("input", { bubbles: true }))
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }
}

function upgrade(chip) {
  const input = chip.querySelector("input")
  const label = chip.querySelector("label")
  input.type = "hidden"
  chip.querySelector("button").hidden = false
  const words = Object.assign(document.createElement("span"), { className: label.className })
  words.append(...label.childNodes)
  label.replaceWith(words)
}

customElements.define("entry-picker", EntryPicker)
