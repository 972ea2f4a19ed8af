import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { useSize } from '../use-size'
import { inOrder, recycle, windowOf, type Slot } from './row-window'

/** Pixels a millisecond above which nothing is drawn: rows would be gone before a person sees them. */
const fastest = 4
/** Milliseconds without a scroll after which it has come to rest. */
const restMilliseconds = 90
/** Rows drawn in one frame, so that none takes long. */
const rowsAFrame = 2
const overscan = 2
/** Before the element is on screen. */
const assumedHeight = 480

/**
 * Draws of a long list of equal rows only those in sight. While the list flies past nothing is drawn, and where it comes
 * to rest or goes slowly rows fill in over a few frames: a frame costs the same however long the list is.
 * @param pinned the row that has the keyboard's focus, which stays drawn
 */
export function useRecycledRows(
  scroller: Readonly<Ref<HTMLElement | undefined>>, layout: Readonly<Ref<{ rows: number, rowHeight: number }>>, pinned: () => number | null
): { slots: ShallowRef<readonly Slot[]>, onScroll(): void, showRow(row: number): void, toTop(): void } {
  const slots = shallowRef<readonly Slot[]>([])
  let frame: number | undefined
  let rest: ReturnType<typeof setTimeout> | undefined
  let [lastTop, lastTime] = [0, 0]

  function draw(most?: number): boolean {
    const element = scroller.value
    const wanted = windowOf(layout.value, element?.scrollTop ?? 0, element?.clientHeight || assumedHeight, overscan)
    const { slots: next, complete, changed } = recycle(slots.value, wanted, { pinned: pinned(), rows: layout.value.rows, ...(most && { most }) })
    // A few rows a frame stay where they are in the document until all have come to rest.
    if (changed) slots.value = most === undefined ? inOrder(next) : next
    return complete
  }
  function schedule(): void {
    frame ??= requestAnimationFrame(() => {
      frame = undefined
      if (!draw(rowsAFrame)) schedule()
    })
  }
  function come(): void {
    rest = undefined
    if (frame !== undefined || !draw(rowsAFrame)) {
      schedule()
      rest = setTimeout(come, restMilliseconds)
      return
    }
    const ordered = inOrder(slots.value)
    if (ordered.some((slot, place) => slot !== slots.value[place])) slots.value = ordered
  }
  function onScroll(): void {
    const [top, now] = [scroller.value?.scrollTop ?? 0, performance.now()]
    const speed = Math.abs(top - lastTop) / Math.max(1, now - lastTime)
    lastTop = top
    lastTime = now
    clearTimeout(rest)
    rest = setTimeout(come, restMilliseconds)
    if (speed > fastest) {
      if (frame !== undefined) cancelAnimationFrame(frame)
      frame = undefined
    } else schedule()
  }

  // Rows of another layout hold other pictures: all are drawn anew. A window that grows taller shows more of the same.
  const { height } = useSize(scroller)
  watch([layout, scroller, height], () => {
    draw()
  }, { immediate: true, flush: 'post' })
  onScopeDispose(() => {
    clearTimeout(rest)
    if (frame !== undefined) cancelAnimationFrame(frame)
  })
  return {
    slots, onScroll,
    /** Brings a row into sight, and draws it and those around it at once. */
    showRow(row) {
      const element = scroller.value
      if (!element) return
      const { rowHeight } = layout.value
      const height = element.clientHeight || assumedHeight
      if (row * rowHeight < element.scrollTop) element.scrollTop = row * rowHeight
      else if ((row + 1) * rowHeight > element.scrollTop + height) element.scrollTop = (row + 1) * rowHeight - height
      draw()
    },
    toTop() {
      if (scroller.value) scroller.value.scrollTop = 0
      draw()
    }
  }
}
