import { mount, type VueWrapper } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { h, type Component } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { createGraftI18n } from '../i18n'
import UiNameField from './UiNameField.vue'
import UiNumberField from './UiNumberField.vue'

let wrapper: VueWrapper | undefined
afterEach(() => { wrapper?.unmount() })
function field(component: Component, props: Record<string, unknown>): VueWrapper {
  wrapper = mount({ render: () => h(TooltipProvider, () => h(component, props)) }, {
    attachTo: document.body, global: { plugins: [createGraftI18n([])] }
  })
  return wrapper
}

describe('while an input method composes', () => {
  it.each([['Enter', '数字'], ['Escape', null]])('a name field leaves %s to it', async (key, name) => {
    const ends: unknown[] = []
    const input = field(UiNameField, { name: 'Digits', label: 'Name', onEnded: (...end: unknown[]) => ends.push(end) }).get('input')
    await input.setValue('数字')
    await input.trigger('keydown', { key, isComposing: true })
    expect(ends).toEqual([])
    await input.trigger('keydown', { key })
    expect(ends).toEqual([[name, true]])
  })

  it('a number field leaves the arrow keys to it', async () => {
    const values: number[] = []
    const input = field(UiNumberField, { label: 'Epochs', integer: true, modelValue: 3, 'onUpdate:modelValue': (value: number) => values.push(value) }).get('input')
    await input.trigger('keydown', { key: 'ArrowUp', isComposing: true })
    expect(values).toEqual([])
    await input.trigger('keydown', { key: 'ArrowUp' })
    expect(values).toEqual([4])
  })
})
