import { ref, watch, type Ref } from 'vue'
import type { AnySplit } from '../../../contract/datasets'
import { api } from '../api'

/**
 * The file that a picture of a data set was, so that a mistake can be traced to it; empty where it was none, or while none
 * is shown.
 */
export function usePictureFile(shown: () => { id: string, split: AnySplit, position: number } | null): Readonly<Ref<string>> {
  const file = ref('')
  watch(() => {
    const picture = shown()
    return picture && [picture.id, picture.split, picture.position] as const
  }, async (picture, _before, onCleanup) => {
    let left = false
    onCleanup(() => { left = true })
    file.value = ''
    if (!picture) return
    const [id, split, from] = picture
    // A picture without its name is still worth showing.
    const [name] = await api.datasets.names({ id, split, from, count: 1 }).catch(() => [null])
    if (!left) file.value = name ?? ''
  }, { immediate: true })
  return file
}
