import { onMounted, onScopeDispose, ref, watch, type Ref } from 'vue'

/** The inner width of an element in pixels, kept current; 0 until it is on screen. */
export function useWidth(element: Readonly<Ref<HTMLElement | undefined>>): Readonly<Ref<number>> {
  const width = ref(0)
  let observer: ResizeObserver | undefined
  onMounted(() => {
    observer = new ResizeObserver((entries) => {
      for (const entry of entries) width.value = entry.contentRect.width
    })
    watch(element, (now, before) => {
      if (before) observer?.unobserve(before)
      if (!now) return
      observer?.observe(now)
      const { paddingLeft, paddingRight } = getComputedStyle(now)
      width.value = now.clientWidth - (Number.parseFloat(paddingLeft) || 0) - (Number.parseFloat(paddingRight) || 0)
    }, { immediate: true })
  })
  onScopeDispose(() => observer?.disconnect())
  return width
}
