// <local-time datetime="2026-05-12T09:42:00+00:00">12 May, 09:42</local-time>: the same moment by this clock.

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" })
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" })

/** A moment in words: 10:42 today, else 12 May, 10:42. */
export function inWords(moment) {
  const today = moment.toDateString() === new Date().toDateString()
  return today ? CLOCK.format(moment) : `${DAY.format(moment)}, ${CLOCK.format(moment)}`
}

class LocalTime extends HTMLElement {
  connectedCallback() {
    const moment = new Date(this.getAttribute("datetime"))
    if (!Number.isNaN(moment.valueOf())) this.textContent = inWords(moment)
  }
}

customElements.define("local-time", LocalTime)
