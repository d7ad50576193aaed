// Environment → typed, frozen settings. Each app has one schema and loads it once, in its `main.ts`.

export { type ConfigRow, describeConfig } from './describe-config.ts'
export { ConfigError, type Environment, loadConfig, type SettingsSchema } from './load-config.ts'
export { Secret, secret } from './secret.ts'
