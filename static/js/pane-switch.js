// <pane-switch> around two buttons: on a narrow screen, shows the writing or the preview.

class PaneSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
  }

  handleEvent(event) {
    const chosen = event.target.closest("button")
    const form = this.closest("form")
    if (!chosen || !form) return
    form.dataset.pane = chosen.value
    for (const button of this.querySelectorAll("button")) button.ariaPressed = String(button === chosen)
  }
}

customElements.define("pane-switch", PaneSwitch)
