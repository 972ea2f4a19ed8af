import { computed, toValue, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Settings } from '../../contract/app'
import { devices } from '../../contract/runs'
import { features } from '../features'
import { offeredCommands } from '../shared/commands'
import { useText } from '../shared/i18n'
import { settingAddress } from '../shared/settings-found'
import { useDatasetsStore, useMethodsStore, useModelsStore, useNoticesStore, useRunsStore, useSettingsStore } from '../shared/stores'

interface PaletteEntry {
  value: string
  label: string
  group: string
  description?: string
  /** Words that find it besides, in any language. */
  keywords?: string
  keys?: string | undefined
  /** Offered from the start; the others are found by a word. */
  first?: boolean
  /** It puts the keyboard where it leads. */
  focuses?: boolean
  /** It changes something at once, and does not only lead somewhere. */
  changes?: boolean
  run(): void
}

/** All that the palette finds: commands, settings, methods, models, data sets and runs. */
export function usePaletteEntries(): { entries: ComputedRef<PaletteEntry[]>, load(): void } {
  const { t } = useI18n()
  const text = useText()
  const router = useRouter()
  const notices = useNoticesStore()
  const settings = useSettingsStore()
  const stores = { runs: useRunsStore(), datasets: useDatasetsStore(), methods: useMethodsStore(), models: useModelsStore() }

  const setting = <Name extends keyof Settings>(name: Name, value: Settings[Name], label: string, keywords: string): PaletteEntry => ({
    value: `setting:${name}:${value}`, label, group: t('common.screens.settings'), keywords, changes: true,
    ...(settings.settings[name] === value && { description: t('common.palette.current') }),
    run: () => { settings.set({ [name]: value }).catch(notices.fail) }
  })
  const settingEntries = computed(() => [
    ...(['en', 'zh', 'system'] as const).map((value) => setting(
      'language', value, t('common.palette.language', { value: { en: 'English', zh: '简体中文', system: t('common.palette.system') }[value] }),
      'language English Chinese 语言 英语 中文')),
    ...(['light', 'dark', 'system'] as const).map((value) => setting(
      'theme', value, t('common.palette.theme', { value: t(`common.palette.${value}`) }), 'theme appearance light dark 主题 外观 浅色 深色')),
    ...devices.map((value) => setting(
      'device', value, t('common.palette.device', { value: t(`common.backends.${value}`) }), 'device gpu cpu wasm 设备 显卡 处理器'))
  ])
  const places = features.flatMap(({ settings: found }) => found ? [{ path: found.path, found: found.find() }] : [])
  const placeEntries = computed(() => places.flatMap(({ path, found }) => found.value.map(({ name, ...words }) => ({
    value: `place:${path}:${name}`, ...words, focuses: true, run: () => { void router.push(settingAddress(path, name)) }
  }))))
  const entries = computed<PaletteEntry[]>(() => [
    ...offeredCommands().map((command) => ({
      value: command.id, label: toValue(command.title), group: toValue(command.group), keys: command.keys, first: true, run: command.run
    })),
    ...settingEntries.value,
    ...placeEntries.value,
    ...stores.methods.methods.map((method) => ({
      value: `method:${method.id}`, label: text(method.title), description: t(`common.families.${method.family}`), group: t('common.groups.methods'),
      keywords: `${method.id} ${method.reference} ${method.title.en} ${method.title.zh}`,
      run: () => { void router.push({ path: '/transfer', query: { method: method.id } }) }
    })),
    ...stores.models.models.filter(({ classifier }) => classifier === undefined).map((model) => ({
      value: `model:${model.ref}`, label: model.name, description: t('common.palette.asSource'), group: t('common.screens.models'), keywords: model.ref,
      run: () => { void router.push({ path: '/transfer', query: { source: model.ref } }) }
    })),
    ...stores.runs.runs.map((run) => ({
      value: `run:${run.id}`, label: run.name, description: t(`common.states.${run.state}`), group: t('common.groups.runs'), first: true,
      run: () => { void router.push(`/runs/${run.id}`) }
    })),
    ...stores.datasets.datasets.map((dataset) => ({
      value: `dataset:${dataset.id}`, label: dataset.name, description: dataset.id, group: t('common.groups.datasets'), first: true,
      run: () => { void router.push(`/datasets/${dataset.id}`) }
    }))
  ])
  return { entries, load: () => { for (const store of Object.values(stores)) void store.load() } }
}
