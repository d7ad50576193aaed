// Stub replaced below.
export const makeNpmRuntime = () => {
  throw new Error('not available')
}
