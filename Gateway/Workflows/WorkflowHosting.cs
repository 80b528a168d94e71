namespace Skipper.Gateway.Workflows;

internal static class WorkflowHosting
{
    public static void AddWorkflows(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<WorkflowStore>();
}
