import type { IconName } from '../shared/ui'

interface Screen { id: 'transfer' | 'runs' | 'compare' | 'datasets' | 'models' | 'settings', path: string, icon: IconName }

/** The rail's screens in their order: Ctrl/Cmd+1 to 6. */
export const screens: readonly Screen[] = [
  { id: 'transfer', path: '/transfer', icon: 'transfer' },
  { id: 'runs', path: '/runs', icon: 'runs' },
  { id: 'compare', path: '/compare', icon: 'compare' },
  { id: 'datasets', path: '/datasets', icon: 'datasets' },
  { id: 'models', path: '/models', icon: 'models' },
  { id: 'settings', path: '/settings', icon: 'settings' }
]
