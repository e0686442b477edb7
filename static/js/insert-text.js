/** Puts words where others stand in a field, as one act that Undo takes back. `select` is what is marked then. */
export function insert(field, text, { start = field.selectionStart, end = field.selectionEnd, select } = {}) {
  field.focus()
  field.setSelectionRange(start, end)
  if (text || start !== end) {
    // The only way that keeps what Undo remembers; where it is gone, the words matter more.
    const done = document.execCommand(text ? "insertText" : "delete", false, text)
    if (!done) {
      field.setRangeText(text, start, end, "end")
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }
  }
  if (select) field.setSelectionRange(start + select[0], start + select[1])
}
