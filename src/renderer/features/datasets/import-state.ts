import { ref } from 'vue'

/** Whether the dialogue is open, and the path it was opened with; any screen can ask for it. */
export const importOpen = ref(false)
export const importPath = ref('')

/** Opens the dialogue, with a path already chosen where there is one (a dropped folder). */
export function openImport(path = ''): void {
  if (path !== '') importPath.value = path
  importOpen.value = true
}
