// An OpenID provider on this machine for one test run, ended with its standard
// input. Its packages are in the folder given as argument. The first line that
// it prints is its issuer.
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const packages = createRequire(join(process.argv[2], 'package.json'))
const { default: Provider } = await import(pathToFileURL(packages.resolve('oidc-provider')))

const resource = 'https://portail.invalid/api'
const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'guichet',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Claire Martin' }) }),
    // Names in the ID token, which the desktop reads, and not at userinfo only.
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], profile: ['name'] },
    cookies: { keys: ['for one run only'] },
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    features: {
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, indicator) => {
          if (indicator !== resource) throw new Error('unknown resource')
          return { scope: 'demandes', audience: resource, accessTokenFormat: 'jwt' }
        },
      },
    },
  })
  provider.on('server_error', (_, error) => console.error(error))
  server.on('request', provider.callback())
  console.log(issuer)
})
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
