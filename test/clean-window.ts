import { beforeAll } from 'vitest'

// The files of the window's tests share one happy-dom: each begins with an empty page, whatever the one before left.
beforeAll(() => {
  document.head.innerHTML = ''
  document.body.innerHTML = ''
  for (const element of [document.documentElement, document.body]) {
    for (const name of element.getAttributeNames()) element.removeAttribute(name)
  }
  localStorage.clear()
  sessionStorage.clear()
})
