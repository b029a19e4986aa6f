package scheduler

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// newAPI puts the operations on the router. huma's own pages are left out: they would load scripts from elsewhere.
func (s *Server) newAPI(g *gin.RouterGroup) huma.API {
	prepareHuma()
	c := huma.DefaultConfig("Tongtang", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie},
		"device":  {Type: "http", Scheme: "bearer"},
	}
	c.Components.Schemas.Schema(reflect.TypeFor[Solution](), true, "") // of refusals, whose values are not described
	api := humagin.NewWithGroup(nil, g, c)
	s.register(api)
	return api
}

// OpenAPI returns the API's OpenAPI 3.1 document, as it stands in openapi.json.
func OpenAPI() ([]byte, error) {
	gin.SetMode(gin.ReleaseMode)
	s := &Server{}
	return document(s.newAPI(&gin.New().RouterGroup))
}

func document(api huma.API) ([]byte, error) {
	raw, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	return append(raw, '\n'), err
}
