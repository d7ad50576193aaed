// Browsers send a host's cookies to every one of its ports, so a project on a loopback port would be handed the
// sign-in of the platform itself. The edge takes those cookies out of requests to projects.

const platformCookie = /^\s*(__Host-)?plinth_/

/** The header without the platform's cookies; the same text when there are none. */
export const withoutPlatformCookies = (header: string): string =>
  header.includes('plinth_')
    ? header
        .split(';')
        .filter((cookie) => !platformCookie.test(cookie))
        .join(';')
        .trim()
    : header
