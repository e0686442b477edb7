// Links in a preview open in a tab of their own, so that nothing typed is left behind.

document.addEventListener("click", ({ target }) => {
  const link = target.closest(".preview a[href]:not([href^='#'])")
  if (link) link.target = "_blank"
}, { capture: true })
