using Skipper.Services.Data;
using Skipper.Shared.Messaging.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:8081");
builder.AddDataService();

var app = builder.Build();
app.MapDataService();
app.Run();
