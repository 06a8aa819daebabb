package portal

import _ "embed"

// OpenAPI is the contract as text, as the portal serves it at RouteOpenAPI.
//
//go:embed openapi.yaml
var OpenAPI []byte
