import { mount, type VueWrapper } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { h, ref } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { createGraftI18n } from '../i18n'
import UiDialog from './UiDialog.vue'

let wrapper: VueWrapper | undefined
afterEach(() => {
  wrapper?.unmount()
  open.value = true
})

const open = ref(true)
async function opened(body: string, footer?: string): Promise<Element | null> {
  wrapper = mount({
    render: () => h(TooltipProvider, () => h(UiDialog, { open: open.value, 'onUpdate:open': (now: boolean) => { open.value = now }, title: 'Add' }, {
      default: () => h('div', { innerHTML: body }), ...(footer !== undefined && { footer: () => h('div', { innerHTML: footer }) })
    }))
  }, { attachTo: document.body, global: { plugins: [createGraftI18n([])] } })
  await new Promise((resolve) => setTimeout(resolve))
  return document.activeElement
}

describe('a dialogue', () => {
  it('begins at the first control of its own, not at the cross', async () => {
    expect((await opened('<button disabled>a</button><input id="path">', '<button>Cancel</button>'))?.id).toBe('path')
  })

  it('that only asks begins at its first answer', async () => {
    expect((await opened('<p>Delete it?</p>', '<button id="keep">Keep</button><button>Delete</button>'))?.id).toBe('keep')
  })

  it('closes on Escape, not on one that ends an input method\'s composition', async () => {
    const field = await opened('<input>')
    const press = (isComposing: boolean) => field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing, bubbles: true, cancelable: true }))
    press(true)
    expect(open.value).toBe(true)
    press(false)
    expect(open.value).toBe(false)
  })

  it('without a control begins at itself: Enter closes nothing', async () => {
    const dialog = await opened('<p>Loading</p>')
    expect(dialog?.getAttribute('role')).toBe('dialog')
    expect(dialog?.querySelectorAll('button')).toHaveLength(1)
  })
})
