import { onMounted, onScopeDispose, ref, watch, type Ref } from 'vue'

/** The inner width and height of an element in pixels, kept current; 0 until it is on screen. */
export function useSize(element: Readonly<Ref<HTMLElement | undefined>>): { width: Readonly<Ref<number>>, height: Readonly<Ref<number>> } {
  const width = ref(0)
  const height = ref(0)
  let observer: ResizeObserver | undefined
  onMounted(() => {
    observer = new ResizeObserver((entries) => {
      for (const { contentRect } of entries) {
        width.value = contentRect.width
        height.value = contentRect.height
      }
    })
    watch(element, (now, before) => {
      if (before) observer?.unobserve(before)
      if (!now) return
      observer?.observe(now)
      const style = getComputedStyle(now)
      const padding = (...sides: string[]): number => sides.reduce((sum, side) => sum + (Number.parseFloat(style.getPropertyValue(`padding-${side}`)) || 0), 0)
      width.value = now.clientWidth - padding('left', 'right')
      height.value = now.clientHeight - padding('top', 'bottom')
    }, { immediate: true })
  })
  onScopeDispose(() => observer?.disconnect())
  return { width, height }
}
