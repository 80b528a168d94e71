using Skipper.Gateway;
using Skipper.Shared.Messaging.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:8080");
builder.AddGateway();

var app = builder.Build();
app.MapGateway();
app.Run();
