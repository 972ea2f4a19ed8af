/** One cell of a comma-separated file by RFC 4180; a text that a spreadsheet would run as a formula gets a leading quote. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
