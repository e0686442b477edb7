// Whoever types a third wording of a clash has chosen it.

document.addEventListener("input", event => {
  const box = event.target.closest?.(".clash__third")
  const choice = box?.closest("fieldset").querySelector("input[value='written']")
  if (choice && !choice.checked) choice.click()
})
