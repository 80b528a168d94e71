using Microsoft.OpenApi;

namespace Skipper.Gateway.Docs;

/// <summary>The API description and its page.</summary>
internal static class DocsHosting
{
    private const string Document = "openapi";
    private const string Key = "key";

    public static void AddDocs(this IHostApplicationBuilder builder)
    {
        builder.Services.AddEndpointsApiExplorer();
        builder.Services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "Skipper",
                Version = "v1",
                Description = "Datasets, durable training tasks and predictions. Errors are RFC 9457 problem+json with a code and a trace_id.",
            });
            options.OperationFilter<OperationDocsFilter>();
            options.AddSecurityDefinition(Key, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key, where the gateway asks for one.",
            });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] });
        });
    }

    // Only for pages that are read: each of these builds a generator of its own for every request that passes it.
    public static void UseDocs(this WebApplication app) => app.UseWhen(
        context => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method), UsePages);

    private static void UsePages(IApplicationBuilder app)
    {
        app.UseSwagger(options => options.RouteTemplate = "swagger/{documentName}.json");
        app.UseSwagger(options => options.RouteTemplate = "api/v1/skipper/tasks/{documentName}.json");
        foreach (var page in new[] { "swagger", "api/v1/skipper/tasks/docs" })
        {
            app.UseSwaggerUI(options =>
            {
                options.RoutePrefix = page;
                options.SwaggerEndpoint($"/swagger/{Document}.json", "Skipper");
                options.DocumentTitle = "Skipper API";
            });
        }
    }

    public static RouteHandlerBuilder WithDocs(this RouteHandlerBuilder endpoint, OperationDocs docs) => endpoint.WithMetadata(docs);
}
