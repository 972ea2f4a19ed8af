import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { MethodSummary } from '../../../contract/methods'
import { api } from '../api'
import { useResource } from './resource'

/** The methods of the engine; they do not change while the window is open. */
export const useMethodsStore = defineStore('methods', () => {
  const { value, state, error, load, reload } = useResource<MethodSummary[]>([], () => api.methods.list())
  const byId = computed(() => new Map(value.value.map((method) => [method.id, method])))
  return { methods: value, byId, state, error, load, reload }
})
