// <agree-list>: what an agreement still needs. Keeps to what stands in the form while somebody writes.
// The server has the last word; this only saves the way there.

class AgreeList extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form")
    for (const type of ["input", "change", "rows-changed"]) this.form?.addEventListener(type, this)
  }

  disconnectedCallback() {
    for (const type of ["input", "change", "rows-changed"]) this.form?.removeEventListener(type, this)
  }

  handleEvent() {
    const filled = new Set()
    for (const [name, value] of new FormData(this.form)) {
      const bookkeeping = /\._(from|place|gone)$/.test(name)
      if (!bookkeeping && typeof value === "string" && value.trim()) filled.add(name.split(".")[0])
    }
    const items = [...this.querySelectorAll("[data-field]")]
    for (const item of items) item.hidden = filled.has(item.dataset.field)
    const left = items.filter(item => !item.hidden).length
    this.toggleAttribute("done", left === 0)
    this.querySelector("[data-title]").textContent =
      left === 0 ? "Nothing is missing for an agreement." : `${left === 1 ? "One thing" : `${left} things`} before this can be agreed:`
  }
}

customElements.define("agree-list", AgreeList)
