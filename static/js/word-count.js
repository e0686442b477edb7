// <word-count for="field" limit="80">: how many words are in a field, said out loud only past the
// limit. With unit="characters" it counts those.

const COUNTS = {
  words: text => text.split(/\s+/).filter(Boolean).length,
  characters: text => [...text].length,
}

class WordCount extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"))
    this.field?.addEventListener("input", this)
    this.handleEvent()
  }

  disconnectedCallback() {
    this.field?.removeEventListener("input", this)
  }

  handleEvent() {
    if (!this.field) return
    const unit = this.getAttribute("unit") ?? "words"
    const limit = Number(this.getAttribute("limit"))
    const count = COUNTS[unit](this.field.value.trim())
    this.textContent = `${count} of ${limit} ${unit}`
    this.toggleAttribute("over", count > limit)
    this.role = count > limit ? "alert" : null
  }
}

customElements.define("word-count", WordCount)
