import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Update, UpdateState } from '../../../contract/updates'
import { api } from '../../shared/api'
import { useNoticesStore } from '../../shared/stores'
import { useResource } from '../../shared/stores/resource'

/** Newer versions: where they would come from, what was found, and getting it. */
export const useUpdatesStore = defineStore('updates', () => {
  const { value, load, reload } = useResource<UpdateState>({ address: null, ask: false }, () => api.updates.state())
  const notices = useNoticesStore()
  /** Undefined where nobody has looked yet; null where this is the newest. */
  const found = ref<Update | null>()
  const looking = ref(false)
  const getting = ref(false)

  async function look(): Promise<void> {
    looking.value = true
    try {
      found.value = await api.updates.look()
    } catch (thrown) {
      notices.fail(thrown)
    } finally {
      looking.value = false
    }
  }

  /** Fetches the new version; the system's file manager then shows it, for the person to open. */
  async function get(): Promise<void> {
    getting.value = true
    try {
      const { path } = await api.updates.download()
      notices.show({
        level: 'success', milliseconds: null,
        text: { en: 'The new version is there, whole and signed. Close Graft and open the file to install it.', zh: '新版本已下载，完整且签名有效。请关闭 Graft 并打开该文件进行安装。' },
        details: path
      })
    } catch (thrown) {
      notices.fail(thrown)
    } finally {
      getting.value = false
    }
  }

  api.updates.found((update) => {
    found.value = update
    notices.show({
      level: 'info', milliseconds: null, text: { en: `Graft ${update.version} is there.`, zh: `有新版本 Graft ${update.version}。` },
      ...(update.file && { action: { label: { en: 'Download', zh: '下载' }, run: get } })
    })
  })

  return { state: value, load, reload, found, looking, getting, look, get }
})
