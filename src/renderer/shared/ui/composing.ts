/** For Escape on what it would close: while an input method composes, the key belongs to it. */
export function keepWhileComposing(event: KeyboardEvent): void {
  if (event.isComposing) event.preventDefault()
}
