// A certified OpenID Connect issuer (oidc-provider) on a port of its own, with pages to sign in at. Its first line says where it is
// Whoever signs in is known by the name that they type, and may do what the name says: "ada admin" is Ada and has the role admin. Clients: "public", "secret", and "api",
// whose access tokens are made for Laddermill's API.
import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { Provider } from "oidc-provider";

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}`;

const client = (client_id, more) => ({
  client_id,
  // A native client may come back to any port of its machine (RFC 8252 §7.3), and tests listen on any.
  application_type: "native",
  redirect_uris: ["http://127.0.0.1/console/sign-in/return"],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  ...more,
});
const open = { token_endpoint_auth_method: "none" };

const provider = new Provider(address, {
  clients: [
    client("public", open),
    client("secret", { client_secret: process.env.CLIENT_SECRET ?? "unset", token_endpoint_auth_method: "client_secret_post" }),
    client("api", open),
  ],
  claims: { openid: ["sub"], profile: ["name", "roles"] },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  pkce: { methods: ["S256"], required: () => true },
  ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 3600, Grant: 3600 },
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, { clientId }) => (clientId === "api" ? "urn:laddermill" : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience: "laddermill",
        scope: "read submit admin",
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  findAccount: (ctx, accountId) => ({
    accountId,
    claims: () => {
      const [name, ...roles] = accountId.split(" ");
      return { sub: accountId, name: name[0].toUpperCase() + name.slice(1), roles };
    },
  }),
});

server.on("request", provider.callback());
console.log(JSON.stringify({ address }));
