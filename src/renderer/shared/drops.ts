import { ref, shallowRef } from 'vue'
import type { Dropped } from '../../contract/drops'
import { api } from './api'

/** What was dropped on the window, told apart: data by all its paths, a model by the one it is imported from. */
type Drop = Dropped & { paths: string[] }

/**
 * The last drop anywhere on the window. The dialogue for its kind watches it and opens, the other closes; a place that
 * wants drops for itself (pictures to try a model on) carries `data-takes-files` and listens itself.
 */
export const lastDrop = shallowRef<Drop | null>(null)
/** True while files are held over the window, and not over a place that takes them for itself. */
export const dragging = ref(false)
/** True from a drop until it is known what it is. */
export const sorting = ref(false)

let latest = 0

/** Finds out what was dropped and hands it on; a later drop overtakes an earlier one. @throws GraftError where it cannot be looked at */
export async function sortDrop(paths: readonly string[]): Promise<void> {
  const mine = ++latest
  sorting.value = true
  try {
    const dropped = await api.app.tellApart({ paths: [...paths] })
    if (mine === latest) lastDrop.value = { ...dropped, paths: [...paths] }
  } finally {
    if (mine === latest) sorting.value = false
  }
}

const isTaken = (event: DragEvent): boolean => event.target instanceof Element && event.target.closest('[data-takes-files]') !== null
const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Paths of the files in a drop; none for what has no path, as a picture from a web page. */
export const pathsOf = (event: DragEvent): string[] =>
  [...event.dataTransfer?.files ?? []].map((file) => api.pathForFile(file)).filter((path) => path !== '')

/** Listens on the window; `drop` hears of the paths, `onNothing` of a drop without one (a picture from a web page). Returns its end. */
export function listenForDrops(drop: (paths: string[]) => void, onNothing: () => void): () => void {
  let depth = 0
  const enter = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    depth += 1
    dragging.value = !isTaken(event)
  }
  const leave = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    depth -= 1
    if (depth <= 0) dragging.value = false
  }
  const over = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    dragging.value = !isTaken(event)
  }
  const letGo = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    depth = 0
    dragging.value = false
    if (isTaken(event)) return
    const paths = pathsOf(event)
    if (paths.length > 0) drop(paths)
    else onNothing()
  }
  window.addEventListener('dragenter', enter)
  window.addEventListener('dragleave', leave)
  window.addEventListener('dragover', over)
  window.addEventListener('drop', letGo)
  return () => {
    window.removeEventListener('dragenter', enter)
    window.removeEventListener('dragleave', leave)
    window.removeEventListener('dragover', over)
    window.removeEventListener('drop', letGo)
  }
}
