// What a hand does too often by accident with a button that sends a letter: click it twice, or hold Enter or Space down.
// After the first click something else may lie in the button's place, or have the focus.

function isSecondClick(event) {
  return event.detail > 1
}

function isHeldKey(event) {
  return event.repeat && (event.key === "Enter" || event.key === " ")
}
