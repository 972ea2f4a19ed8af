import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { createGraftI18n } from '../i18n'
import UiDataTable from './UiDataTable.vue'

interface Row { id: string, name: string, accuracy: number }
const rows: Row[] = [
  { id: 'a', name: 'run 2', accuracy: 0.5 }, { id: 'b', name: 'run 10', accuracy: 0.9 }, { id: 'c', name: 'run 1', accuracy: 0.7 }
]
const columns = [
  { key: 'name', title: 'Name', value: (row: Row) => row.name },
  { key: 'accuracy', title: 'Accuracy', align: 'end' as const, value: (row: Row) => row.accuracy, format: (value: string | number) => `${value} right` }
]
let wrapper: ReturnType<typeof open>
function open(props: Record<string, unknown> = {}) {
  return mount(UiDataTable<Row>, {
    attachTo: document.body, global: { plugins: [createGraftI18n([])] },
    props: {
      label: 'Runs', columns, rows, rowKey: (row: Row) => row.id, selectable: true, selected: [],
      'onUpdate:selected': (selected: string[]) => wrapper.setProps({ selected }), ...props
    }
  })
}
afterEach(() => { wrapper.unmount() })
const names = (): string[] => wrapper.findAll('tbody tr.row').map((row) => row.findAll('td')[1]?.text() ?? '')
const current = () => wrapper.get('tbody tr[tabindex="0"]')
const press = async (key: string, more: Record<string, unknown> = {}): Promise<void> => { await current().trigger('keydown', { key, ...more }) }

describe('a table', () => {
  it('sorts by a heading, and the other way by a second click', async () => {
    wrapper = open()
    const heading = wrapper.findAll('th button.heading')[0]
    await heading?.trigger('click')
    expect(names()).toEqual(['run 1', 'run 2', 'run 10'])
    expect(wrapper.findAll('th[aria-sort]')[0]?.attributes('aria-sort')).toBe('ascending')
    await heading?.trigger('click')
    expect(names()).toEqual(['run 10', 'run 2', 'run 1'])
  })

  it('is moved through by the arrow keys, with one stop of the Tab key', async () => {
    wrapper = open()
    expect(wrapper.findAll('tbody tr[tabindex="0"]')).toHaveLength(1)
    await press('ArrowDown')
    expect(document.activeElement?.textContent).toContain('run 10')
    await press('End')
    expect(document.activeElement?.textContent).toContain('run 1')
    await press('ArrowDown')
    expect(document.activeElement?.textContent).toContain('run 1')
  })

  it('selects by Space, extends by Shift, and takes all by Ctrl+A', async () => {
    wrapper = open()
    await press(' ')
    expect(wrapper.props('selected')).toEqual(['a'])
    await press('ArrowDown', { shiftKey: true })
    expect(wrapper.props('selected')).toEqual(['a', 'b'])
    await press('a', { ctrlKey: true })
    expect(wrapper.props('selected')).toEqual(['a', 'b', 'c'])
    expect(wrapper.findAll('tr[aria-selected="true"]')).toHaveLength(3)
  })

  it('selects no more than it may', async () => {
    wrapper = open({ maximum: 2 })
    await press('a', { ctrlKey: true })
    await press('End')
    await press(' ')
    expect(wrapper.props('selected')).toEqual(['a', 'b'])
  })

  it('opens by Enter, removes by Delete', async () => {
    wrapper = open()
    await press('Enter')
    await press('Delete')
    expect(wrapper.emitted('open')).toEqual([[rows[0]]])
    expect(wrapper.emitted('remove')).toEqual([[['a']]])
  })

  it('removes by Delete when a box was ticked last, which Space goes on ticking', async () => {
    wrapper = open()
    const box = wrapper.findAll('tbody td.tick button')[1]!
    await box.trigger('click')
    await box.trigger('keydown', { key: ' ' })
    expect(wrapper.props('selected')).toEqual(['b'])
    await box.trigger('keydown', { key: 'Delete' })
    expect(wrapper.emitted('remove')).toEqual([[['b']]])
  })

  it('draws a few of many rows', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ id: `r${index}`, name: `run ${index}`, accuracy: 0 }))
    wrapper = open({ rows: many })
    expect(wrapper.findAll('tbody tr.row').length).toBeLessThan(200)
    expect(wrapper.get('table').attributes('aria-rowcount')).toBe('5001')
  })
})
