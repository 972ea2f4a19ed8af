/**
 * A text as a terminal may show it: what a file, a class or a run is named cannot move the cursor, change colours or write
 * over what stands there. Line breaks and tabs stay, every other control character becomes its picture (ESC is ␛).
 */
export const terminalSafe = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '\u2421' : '\ufffd'
  })
