using Skipper.Services.Serving;

var builder = WebApplication.CreateBuilder(args);
builder.AddServingService();

var app = builder.Build();
app.MapServingService();
app.Run();
