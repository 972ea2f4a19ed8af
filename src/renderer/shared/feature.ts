import type { Component, ComputedRef } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import type { FeatureMessages } from './i18n'
import type { FoundSetting } from './settings-found'

/** A screen's folder, as `features/<x>/index.ts` exports it under the name `feature`: nothing else is listed anywhere. */
export interface Feature {
  routes: RouteRecordRaw[]
  messages: FeatureMessages
  /** Mounted once over every screen: a dialog that any screen can open (the data sets' drop dialog). */
  overlay?: Component
  /** The settings that the palette finds, and the screen they stand on: its address takes `?setting=<name>`. */
  settings?: { path: string, find(): ComputedRef<readonly FoundSetting[]> }
}

export const defineFeature = (feature: Feature): Feature => feature
