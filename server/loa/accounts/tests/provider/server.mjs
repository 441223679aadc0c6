// A real provider of identities for the tests: oidc-provider with its own sign-in pages, one client, one address.

import { pathToFileURL } from "node:url";

const [folder, port, redirects, leaving] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));
const issuer = `http://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "loa",
      client_secret: "only-for-tests-0123456789-0123456789",
      redirect_uris: JSON.parse(redirects),
      post_logout_redirect_uris: JSON.parse(leaving),
    },
  ],
  pkce: { required: () => true },
  cookies: { keys: ["only-for-tests"] },
  acrValues: ["urn:loa:two-factors"],
  claims: { acr: null, amr: null, auth_time: null, iss: null, openid: ["sub"] },
});
provider.listen(Number(port), "localhost", () => console.log("ready"));
