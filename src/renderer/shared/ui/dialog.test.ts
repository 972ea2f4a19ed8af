import { mount, type VueWrapper } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { h } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { createGraftI18n } from '../i18n'
import UiDialog from './UiDialog.vue'

let wrapper: VueWrapper | undefined
afterEach(() => { wrapper?.unmount() })

async function opened(body: string, footer?: string): Promise<Element | null> {
  wrapper = mount({
    render: () => h(TooltipProvider, () => h(UiDialog, { open: true, title: 'Add' }, {
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

  it('without a control begins at itself: Enter closes nothing', async () => {
    const dialog = await opened('<p>Loading</p>')
    expect(dialog?.getAttribute('role')).toBe('dialog')
    expect(dialog?.querySelectorAll('button')).toHaveLength(1)
  })
})
