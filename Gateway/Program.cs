using Skipper.Gateway;
using Skipper.Gateway.Security;
using Skipper.Shared.Messaging.Hosting;

if (args is ["keys", .. var arguments])
{
    return await KeyCommand.RunAsync(arguments);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:8080");
builder.AddGateway();

var app = builder.Build();
app.MapGateway();
app.Run();
return 0;
