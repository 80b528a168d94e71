using Skipper.Services.Serving;
using Skipper.Shared.Messaging.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:8083");
builder.AddServingService();

var app = builder.Build();
app.MapServingService();
app.Run();
