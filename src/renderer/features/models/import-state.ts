import { ref } from 'vue'

/** Whether the dialogue that imports a model is open; any screen can ask for it. */
export const importOpen = ref(false)

export function openModelImport(): void {
  importOpen.value = true
}
