// Where a character of a field stands on the screen: a browser does not tell, so the words before it are
// laid out once more in a box that nobody sees.

const SAME = ["fontFamily", "fontSize", "fontWeight", "fontStyle", "lineHeight", "letterSpacing", "tabSize", "paddingBlock", "paddingInline"]

/** `left` and `top` in pixels from the corner of the field, as far as it is scrolled; `line` is the height of one. */
export function caretPlace(field, at = field.selectionStart) {
  const style = getComputedStyle(field)
  const copy = document.createElement("div")
  for (const name of SAME) copy.style[name] = style[name]
  Object.assign(copy.style, { position: "absolute", insetBlockStart: "0", insetInlineStart: "0", visibility: "hidden", boxSizing: "border-box", inlineSize: `${field.clientWidth}px`, whiteSpace: "pre-wrap", overflowWrap: "break-word" })
  copy.textContent = field.value.slice(0, at)
  const caret = document.createElement("span")
  caret.textContent = field.value.slice(at, at + 1).trim() || "."
  copy.append(caret)
  document.body.append(copy)
  const place = { left: caret.offsetLeft, top: caret.offsetTop - field.scrollTop, line: parseFloat(style.lineHeight) }
  copy.remove()
  return place
}
