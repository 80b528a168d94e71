using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;
using Skipper.Gateway.Security;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Skipper.Gateway.Docs;

/// <summary>Puts <see cref="OperationDocs"/> into the API description.</summary>
internal sealed class OperationDocsFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<OperationDocs>().LastOrDefault() is not { } docs)
        {
            return;
        }

        operation.Summary = docs.Summary;
        operation.Description = Needs(context.ApiDescription);
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In is ParameterLocation.Query))
        {
            // Members of a query object have the names of C#; case does not matter to the gateway.
            parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
        }

        if (docs.Request is not null)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Content(docs.RequestType, docs.Request),
            };
        }

        operation.Responses = [];
        foreach (var response in docs.Responses)
        {
            var type = response.Type ?? (response.Status >= 400 ? "application/problem+json" : "application/json");
            operation.Responses[response.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = response.Description,
                Content = response.Body is null ? null : Content(type, response.Body),
            };
        }
    }

    private static string Needs(ApiDescription api)
    {
        var metadata = api.ActionDescriptor.EndpointMetadata;
        return metadata.OfType<IAllowAnonymous>().Any()
            ? "No key needed."
            : $"Scope: {EndpointScope.Of(metadata.OfType<EndpointScope>().LastOrDefault(), api.HttpMethod!).Name()}.";
    }

    private static Dictionary<string, IOpenApiMediaType> Content(string type, string example) => new()
    {
        [type] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = type.EndsWith("json", StringComparison.Ordinal) ? null : JsonSchemaType.String },
            Example = type.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(example) : JsonValue.Create(example),
        },
    };
}
