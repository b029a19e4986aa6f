// ICE servers out of Link headers (RFC 9725 §4.6): `<turn:host:3478?transport=udp>; rel="ice-server"; username="…"; credential="…"`.

const LINK = /<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]+))*)/g
const PARAMETER = /;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))/g

/** The servers in the order of the header; empty where it names none. */
export function iceServersOf(header: string | null): RTCIceServer[] {
  const servers: RTCIceServer[] = []
  for (const [, urls = '', rest = ''] of (header ?? '').matchAll(LINK)) {
    const parameters = new Map<string, string>()
    for (const [, name = '', quoted, plain = ''] of rest.matchAll(PARAMETER)) {
      parameters.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'))
    }
    if (parameters.get('rel') !== 'ice-server' || !/^(stun|turn)s?:/.test(urls)) continue
    const username = parameters.get('username')
    const credential = parameters.get('credential')
    servers.push(username === undefined ? { urls } : { urls, username, credential })
  }
  return servers
}
