import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import type { FeatureMessages } from './i18n'

/** A screen's folder, as `features/<x>/index.ts` exports it under the name `feature`: nothing else is listed anywhere. */
export interface Feature {
  routes: RouteRecordRaw[]
  messages: FeatureMessages
  /** Mounted once over every screen: a dialog that any screen can open (the data sets' drop dialog). */
  overlay?: Component
}

export const defineFeature = (feature: Feature): Feature => feature
