// A panel that opens under its button and lies in the browser's top layer. The browser closes it on Escape and on a
// click outside (popover="auto"); it is never rebuilt by new data, so what was typed into it stays.

function attachPanel(opener, panel, { onOpen = () => {}, onClose = () => {} } = {}) {
  panel.popover = "auto"
  opener.popoverTargetElement = panel
  opener.setAttribute("aria-expanded", "false")
  panel.addEventListener("toggle", (event) => {
    const open = event.newState === "open"
    opener.setAttribute("aria-expanded", String(open))
    if (!open) return onClose()
    onOpen()
    placeBeside(panel, opener, 4)
  })
  const gone = new AbortController()
  const follow = (event) => {
    if (!panel.isConnected) gone.abort() // the component was taken away
    else if (panel.matches(":popover-open") && !panel.contains(event.target)) placeBeside(panel, opener, 4)
  }
  window.addEventListener("resize", follow, { signal: gone.signal })
  document.addEventListener("scroll", follow, { capture: true, signal: gone.signal })
}
