import { ref, shallowRef } from 'vue'
import { api } from './api'

/**
 * Files dropped anywhere on the window. The data sets' overlay watches `droppedPaths`, opens its dialog and calls
 * `takeDroppedPaths()`; a place that wants drops for itself (pictures to try a model on) carries `data-takes-files` and
 * listens itself.
 */
export const droppedPaths = shallowRef<string[]>([])
/** True while files are held over the window, and not over a place that takes them for itself. */
export const dragging = ref(false)

/** The dropped paths, once. */
export function takeDroppedPaths(): string[] {
  const paths = droppedPaths.value
  droppedPaths.value = []
  return paths
}

const isTaken = (event: DragEvent): boolean => event.target instanceof Element && event.target.closest('[data-takes-files]') !== null
const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Paths of the files in a drop; none for what has no path, as a picture from a web page. */
export const pathsOf = (event: DragEvent): string[] =>
  [...event.dataTransfer?.files ?? []].map((file) => api.pathForFile(file)).filter((path) => path !== '')

/** Listens on the window; `onNothing` hears of a drop without a path (a picture from a web page). Returns its end. */
export function listenForDrops(onNothing: () => void): () => void {
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
  const drop = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    depth = 0
    dragging.value = false
    if (isTaken(event)) return
    const paths = pathsOf(event)
    if (paths.length > 0) droppedPaths.value = paths
    else onNothing()
  }
  window.addEventListener('dragenter', enter)
  window.addEventListener('dragleave', leave)
  window.addEventListener('dragover', over)
  window.addEventListener('drop', drop)
  return () => {
    window.removeEventListener('dragenter', enter)
    window.removeEventListener('dragleave', leave)
    window.removeEventListener('dragover', over)
    window.removeEventListener('drop', drop)
  }
}
